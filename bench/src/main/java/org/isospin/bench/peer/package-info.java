/** Other libraries, with the best algorithm known for them, in the same rounds as Isospin. */
@NullMarked
package org.isospin.bench.peer;

import org.jspecify.annotations.NullMarked;
