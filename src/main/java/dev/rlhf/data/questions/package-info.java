/**
 * Files of questions with accepted answers: the program's own rows, and the public formats of SelfAware, TruthfulQA,
 * PopQA, TriviaQA, FreshQA and SQuAD 2, which are recognised by their content.
 */
package dev.rlhf.data.questions;
