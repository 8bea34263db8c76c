/** Judges a file of answers as correct, refused or wrong, and compares with verdicts of people if the file has them. */
package dev.rlhf.stages.judge;
