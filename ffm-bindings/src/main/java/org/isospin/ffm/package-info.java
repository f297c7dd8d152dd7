/** Opening native libraries with the reason where that fails. */
@NullMarked
package org.isospin.ffm;

import org.jspecify.annotations.NullMarked;
