/** msign schedules, polar factors and Procrustes problems. */
@NullMarked
package org.isospin.polar;

import org.jspecify.annotations.NullMarked;
