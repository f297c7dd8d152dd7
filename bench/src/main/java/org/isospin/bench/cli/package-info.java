/** What commands of the command line share: options, tables, progress, reports, failures. */
@NullMarked
package org.isospin.bench.cli;

import org.jspecify.annotations.NullMarked;
