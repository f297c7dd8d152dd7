/** The laws, measured on the backends of this machine. */
@NullMarked
package org.isospin.bench.verify;

import org.jspecify.annotations.NullMarked;
