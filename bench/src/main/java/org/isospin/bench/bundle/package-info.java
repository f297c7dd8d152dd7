/** {@code isospin bundle}: this command line with a Java runtime, in one archive. */
@NullMarked
package org.isospin.bench.bundle;

import org.jspecify.annotations.NullMarked;
