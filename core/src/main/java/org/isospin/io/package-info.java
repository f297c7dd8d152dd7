/**
 * Files and the text in them: JSON read strictly, files replaced all at once. For the packages of this module, which give
 * formats their meaning; nothing here knows one.
 */
@NullMarked
package org.isospin.io;

import org.jspecify.annotations.NullMarked;
