/** What this machine has. */
@NullMarked
package org.isospin.bench.info;

import org.jspecify.annotations.NullMarked;
