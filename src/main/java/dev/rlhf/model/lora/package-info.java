/**
 * LoRA adapters: which linear layers get one, their tensors, and PEFT's file format. Knows linear layers by name and
 * shape, and nothing of model families.
 */
package dev.rlhf.model.lora;
