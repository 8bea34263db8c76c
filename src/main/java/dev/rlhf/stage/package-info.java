/**
 * One class a stage, each reading top to bottom like its paper; its options are the record beside it.
 */
package dev.rlhf.stage;
