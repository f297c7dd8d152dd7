package org.isospin.properties.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.isospin.BackendUnavailableException;
import org.isospin.Isospin;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every listed case passes in every mode it has, on every backend of this machine or what stands in for it. */
class GoldenGroupsTest {
    private static final Set<GoldenMode> MODES = EnumSet.allOf(GoldenMode.class);

    @TestFactory
    Stream<DynamicTest> listedCasesPass() throws Exception {
        List<String> groups = GoldenFolder.open(GoldenFiles.folder()).groups();
        return Stream.of("reference", "simd", "cuda")
                .flatMap(backend -> groups.stream()
                        .map(group -> DynamicTest.dynamicTest(
                                group + " on " + backend, () -> assertListedCasesPass(group, backend))));
    }

    private static void assertListedCasesPass(String name, String backend) throws Exception {
        GoldenList mustPass = GoldenList.read(GoldenFiles.folder().resolve("must-pass.txt"));
        try (Isospin iso = open(backend);
                GoldenGroup group = GoldenFolder.open(GoldenFiles.folder()).group(name)) {
            GoldenRunner runner = new GoldenRunner(iso);
            List<GoldenResult> others = group.cases().stream()
                    .filter(golden -> mustPass.contains(golden.id()))
                    .map(golden -> runner.run(golden, MODES))
                    .filter(result -> !(result instanceof GoldenResult.Passed))
                    .toList();
            assertThat(others).isEmpty();
        }
    }

    /** A backend that is missing is a reason to skip on a stranger's machine, and a failure in CI. */
    private static Isospin open(String backend) {
        try {
            return Isospin.named(backend);
        } catch (BackendUnavailableException | IllegalArgumentException e) {
            if (System.getenv("ISOSPIN_REQUIRE_ALL") != null) {
                return fail(e.getMessage(), e);
            }
            Assumptions.abort(e.getMessage());
            throw e;
        }
    }

    @Test
    void theListNamesEveryCaseOfTheFolderWithoutADefect() throws Exception {
        GoldenList mustPass = GoldenList.read(GoldenFiles.folder().resolve("must-pass.txt"));
        GoldenFolder folder = GoldenFolder.open(GoldenFiles.folder());
        List<String> ids = new ArrayList<>();
        for (String name : folder.groups()) {
            try (GoldenGroup group = folder.group(name)) {
                group.cases().forEach(golden -> ids.add(golden.id()));
            }
        }
        ids.removeAll(GoldenRunner.defective());
        assertThat(mustPass.entries()).containsExactlyInAnyOrderElementsOf(ids);
    }
}
