/**
 * Judges answers by rules: {@link dev.rlhf.refusal.judge.AnswerJudge} reads a completion clause by clause and tells
 * whether it is correct, wrong or a refusal; {@link dev.rlhf.refusal.judge.RefusalDetector} finds refusals alone.
 * Words, numbers, dates and units are compared across notations; the patterns of each language are text files. Uses no
 * model.
 */
package dev.rlhf.refusal.judge;
