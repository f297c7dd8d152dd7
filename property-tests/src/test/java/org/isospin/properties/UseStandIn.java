package org.isospin.properties;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Makes the CUDA backend run on the stand-in in every JVM of these tests, before anything looks for CUDA. */
public final class UseStandIn implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        StandIn.use();
    }
}
