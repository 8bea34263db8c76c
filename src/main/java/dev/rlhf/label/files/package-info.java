/**
 * Labels in other tools' files: read into tasks ({@link dev.rlhf.label.files.ForeignFormat}) and written for those who
 * train elsewhere ({@link dev.rlhf.label.files.ExportFormat}). Our own form is {@link dev.rlhf.label.files.LabelFiles}.
 */
@NullMarked
package dev.rlhf.label.files;

import org.jspecify.annotations.NullMarked;
