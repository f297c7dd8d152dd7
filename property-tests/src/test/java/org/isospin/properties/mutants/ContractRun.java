package org.isospin.properties.mutants;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the properties of a contract as a test class that inherits them does, on an implementation chosen at run time. */
final class ContractRun {
    private static final ReentrantLock LOCK = new ReentrantLock();

    private ContractRun() {}

    /**
     * {@return the names of the properties that fail}
     *
     * @param contract a test class that has the contract's properties and tests what {@code choice} chose
     * @param choice chooses the implementation
     */
    static List<String> failures(Class<?> contract, Runnable choice) {
        LOCK.lock();
        try {
            choice.run();
            return failures(contract);
        } finally {
            LOCK.unlock();
        }
    }

    private static List<String> failures(Class<?> contract) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(contract))
                .filters(EngineFilter.includeEngines("jqwik"))
                // That a mutant fails is what matters, not on which smallest sample; nor is it to be reported.
                .configurationParameter("jqwik.shrinking.default", "OFF")
                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                .configurationParameter("jqwik.database", "")
                .build();
        List<String> failed = new ArrayList<>();
        int[] finished = {0};
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    finished[0]++;
                    if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                        failed.add(test.getDisplayName());
                    }
                }
            }
        });
        if (finished[0] == 0) {
            throw new IllegalStateException(contract + " has no properties");
        }
        return failed;
    }
}
