/** Models in files, as commands read them. */
@NullMarked
package org.isospin.bench.model;

import org.jspecify.annotations.NullMarked;
