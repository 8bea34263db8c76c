/** Pretraining on text and supervised fine-tuning: one trainer and the loss over the trained tokens. */
package dev.rlhf.stages.supervised;
