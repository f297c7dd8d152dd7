package org.isospin.optim;

/**
 * Where a parameter went.
 *
 * @param spec the parameter
 * @param rule the rule that matched; and which earlier ones were passed over because the weight is zero
 * @param optimizer what it is updated by
 * @param stateBytes what its state takes
 */
public record Route(ParameterSpec spec, String rule, String optimizer, long stateBytes) {}
