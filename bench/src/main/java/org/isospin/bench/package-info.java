/** The {@code isospin} command line: its entry. Each command lives in a package of its own, what they share in {@code cli}. */
@NullMarked
package org.isospin.bench;

import org.jspecify.annotations.NullMarked;
