package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.model.quantized.Quantization;
import dev.rlhf.stage.Option;
import dev.rlhf.tensor.DeviceChoice;

/**
 * Options of every stage that runs a model: the device and the number formats, under the names of TRL's ModelConfig.
 * Trained weights, scores and log-probabilities are float32 whatever the dtype.
 */
public record EngineOptions(
        @Option(help = "auto, cpu, cuda or cuda:N", value = "auto")
        String device,

        @Option(
                help = "dtype of activations and frozen weights; auto = bfloat16 on GPUs of compute capability 8.0 or"
                        + " newer, float32 elsewhere",
                value = "auto",
                choices = {"auto", "float32", "bfloat16"})
        String dtype,

        @Option(
                help = "linear layers of frozen models in 8 bits, with a scale per row; in training only with adapters,"
                        + " and implies gradient_checkpointing",
                value = "false")
        boolean load_in_8bit,

        @Option(
                help = "linear layers of frozen models in 4 bits: NF4 blocks of 64 with double quantisation (QLoRA);"
                        + " otherwise as load_in_8bit",
                value = "false")
        boolean load_in_4bit) {
    /** @throws InputException if {@code device} is not the name of one, or both numbers of bits are given */
    public EngineOptions {
        DeviceChoice.checkName(device);
        if (load_in_8bit && load_in_4bit) {
            throw new InputException("give either load_in_8bit or load_in_4bit, not both");
        }
    }

    /** Options without quantised weights. */
    public EngineOptions(String device, String dtype) {
        this(device, dtype, false, false);
    }

    /** Returns the storage format of frozen linear layers. */
    public Quantization quantization() {
        return load_in_4bit ? Quantization.NF4 : load_in_8bit ? Quantization.INT8 : Quantization.NONE;
    }

    /**
     * Refuses quantised weights for a run that trains all weights.
     *
     * @param advice what to do instead
     */
    public void requireUnquantized(String advice) {
        if (quantization() != Quantization.NONE) {
            throw new InputException((load_in_4bit ? "load_in_4bit" : "load_in_8bit")
                    + ": only frozen weights can be quantised, and this run trains all of them; " + advice);
        }
    }
}
