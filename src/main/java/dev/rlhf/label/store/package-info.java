/**
 * The label store: one H2 file with tasks, labelers, labels and the task queue. {@link dev.rlhf.label.store.LabelStore}
 * opens it; {@link dev.rlhf.label.store.LabelerService}, {@link dev.rlhf.label.store.AdminService} and
 * {@link dev.rlhf.label.store.Access} are its operations. All other types work inside a transaction of these and are
 * package-private, except values that the operations return. SQL is only here; migrations are in
 * {@code src/main/resources/dev/rlhf/label/store/db}. Uses {@code label}, {@code label.api}, {@code label.agreement}
 * and {@code label.files}; knows no HTTP. The file itself is {@code label.store.database}'s.
 */
@NullMarked
package dev.rlhf.label.store;

import org.jspecify.annotations.NullMarked;
