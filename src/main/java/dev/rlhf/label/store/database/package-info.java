/**
 * The file of a label store: opening it and bringing its schema up to date, transactions that are in the file when they
 * return, backups. Knows no table.
 */
@NullMarked
package dev.rlhf.label.store.database;

import org.jspecify.annotations.NullMarked;
