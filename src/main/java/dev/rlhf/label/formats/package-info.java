/**
 * Labels in other tools' files: read into tasks ({@link dev.rlhf.label.formats.ForeignFormat}) and written for those who train
 * elsewhere ({@link dev.rlhf.label.formats.ExportFormat}). Our own form is {@link dev.rlhf.label.LabelFiles}.
 */
@NullMarked
package dev.rlhf.label.formats;

import org.jspecify.annotations.NullMarked;
