package org.isospin.optim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.isospin.Matrix;

/**
 * Updates weights by gradients, in the caller's memory, one parameter at a time or many.
 *
 * <p>Weights and gradients may be any matrix: on or off the heap, mapped, of any layout; gradients are never written and may be
 * read-only. The arithmetic and the state are F64 for F64 weights, F32 for all others; a new weight is rounded once,
 * as its {@link WeightRounding} says.
 *
 * <p>A gradient with a NaN or an infinity leaves its weight and the state as they are, and is counted in the report. It is
 * found without a wait: where its largest magnitude is not finite the step is computed for a zero gradient and its results are
 * not stored. An exception changes no weight and no state: new values are computed aside and stored at the end. A step waits
 * for nothing unless the optimizer says so, and its heap garbage does not depend on the shapes.
 *
 * <p>A step is computed where the data is: on the host where weights, gradients and state are there, however large it is, since the
 * state would have to be sent to a device and back at every step; else on the device. The state of a parameter that is registered
 * with a weight on a device is kept there too, as long as the scope of that weight is open; a step then waits for nothing, and
 * {@link #report}, {@link #state} and {@link #save} wait.
 *
 * <p>Different parameters may be stepped by different threads at once. A context that is closed makes
 * {@code step} throw {@link IllegalStateException}.
 */
public sealed interface Optimizer permits AbstractOptimizer, Routing {
    /**
     * Allocates the state of a parameter in host memory.
     *
     * @param spec what it is
     * @return its handle
     * @throws IllegalArgumentException if the name is taken, or this optimizer cannot update such a parameter
     */
    ParameterId register(ParameterSpec spec);

    /**
     * Allocates the state of a parameter, on the device that its weight is on, after a look at its initial weight: an optimizer that only turns weights would leave a
     * zero one, such as the zero-initialised last projection of a block or an adapter's second matrix, as it is for ever.
     *
     * @param spec what it is
     * @param weight its weight before the first step; read, and not kept; waited for
     * @return its handle
     * @throws IllegalArgumentException as {@link #register(ParameterSpec)}; also if type or shape are not those of the
     *     parameter, an element is not finite, or a block is exactly zero and this optimizer could never move it
     */
    ParameterId register(ParameterSpec spec, Matrix weight);

    /** {@return the registered parameters, in the order of their registration} */
    List<ParameterId> parameters();

    /**
     * weight ← its update by the gradient.
     *
     * @param t the step, from 1: it alone drives schedules, bias correction and alternation, so that a resumed run is the same
     *     bit for bit
     * @param id the parameter
     * @param weight the parameter's rows × columns, of its type
     * @param gradient of the same shape, of any type; read only
     * @throws IllegalArgumentException if a type or shape is not the registered one, weight is read-only or overlaps
     *     the gradient, t is less than 1, or the parameter is another optimizer's
     * @throws IllegalStateException if another thread steps this parameter right now, or the context is closed
     */
    void step(long t, ParameterId id, Matrix weight, Matrix gradient);

    /**
     * Updates many parameters, one after the other in the order of the list. All arguments are checked before any weight is
     * changed; what fails later names the parameter and how many were updated before it. Leaves a few objects on the heap for
     * each parameter.
     *
     * @param t the step, from 1
     * @param updates each parameter with its weight and gradient; some of the registered ones or all
     * @throws IllegalArgumentException as {@link #step(long, ParameterId, Matrix, Matrix)}, and if a parameter is twice in the
     *     list; no weight is changed then
     * @throws IllegalStateException if another thread steps one of the parameters right now, or the context is closed; no weight
     *     is changed then
     * @throws StepException if the step of a parameter fails amidst, as by a schedule without a rate for t, or by the context's
     *     listener, who hears of each parameter and may cancel
     */
    void step(long t, List<Update> updates);

    /**
     * Forgets what a parameter's state has averaged, as if its next step were its first: for a parameter that became another one,
     * as generators do whose rotations were merged into a weight. Schedules and alternation go on by the step's number, corrections
     * of averages begin anew. The report stays. Enough of it is in {@link #save} for a resumed run to be the same.
     *
     * @param t the last step done, 0 or more
     * @param id the parameter
     * @throws IllegalArgumentException if t is negative, or the parameter is another optimizer's
     * @throws IllegalStateException if another thread steps this parameter right now, or the context is closed
     */
    void restart(long t, ParameterId id);

    /** {@return the bytes that all parameters' states take, without scratch} */
    long stateBytes();

    /**
     * {@return the bytes that a parameter's state takes, without scratch}
     *
     * @param id the parameter
     */
    long stateBytes(ParameterId id);

    /**
     * {@return what the steps of a parameter did so far, in an object that later calls fill again}
     *
     * @param id the parameter
     */
    StepReport report(ParameterId id);

    /**
     * {@return the names BLOCK/NAME of the matrices that a parameter's state is made of; one block is named whole. What
     * {@link WeightRounding} keeps is the whole parameter's and has no block}
     *
     * @param id the parameter
     */
    List<String> stateNames(ParameterId id);

    /**
     * {@return a copy of a matrix of a parameter's state, outputs as rows}
     *
     * @param id the parameter
     * @param name one of {@link #stateNames}
     * @throws IllegalArgumentException if there is none of that name
     * @throws IllegalStateException if the parameter is stepped right now
     */
    Matrix state(ParameterId id, String name);

    /**
     * Replaces a matrix of a parameter's state, by one of another program's checkpoint for instance. What the optimizer would
     * have taken from the weight before the first step is then left as it is.
     *
     * @param id the parameter
     * @param name one of {@link #stateNames}
     * @param values of that matrix's shape
     * @throws IllegalArgumentException if there is none of that name, or the shape differs
     * @throws IllegalStateException if the parameter is stepped right now
     */
    void setState(ParameterId id, String name, Matrix values);

    /**
     * Writes options, parameters and state as a safetensors file, replaced all at once.
     *
     * @param file the file
     * @throws IOException if it cannot be written
     * @throws IllegalStateException if a parameter is stepped right now
     */
    void save(Path file) throws IOException;

    /**
     * Reads what {@link #save} wrote, bit for bit, into this optimizer, which must have the same options, the same parameters
     * and the same numerics: backend, vector width and precision.
     *
     * @param file the file
     * @throws OptimizerStateException if anything differs, with all differences; nothing is changed then
     * @throws IOException if it cannot be read
     * @throws IllegalStateException if a parameter is stepped right now
     */
    void load(Path file) throws IOException;
}
