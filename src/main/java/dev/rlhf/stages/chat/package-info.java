/** A conversation with a model in the terminal. */
package dev.rlhf.stages.chat;
