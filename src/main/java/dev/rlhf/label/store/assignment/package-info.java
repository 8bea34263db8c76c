/** Tables of tags and quotas, used within the transactions of {@code label.store}. */
@NullMarked
package dev.rlhf.label.store.assignment;

import org.jspecify.annotations.NullMarked;
