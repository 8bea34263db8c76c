package dev.rlhf.train;

import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Parameters;
import dev.rlhf.model.ScalarModel;

/**
 * Loads the models that a stage trains: all weights of a checkpoint, the adapter of an adapter folder, or new adapters
 * on a frozen checkpoint. {@link Models} loads frozen ones.
 */
public final class TrainableModels {
    private TrainableModels() {}

    /** Loads a language model: all its weights are trained, or, from an adapter folder, the adapter. */
    public static CausalLm languageModel(Models models, Checkpoint from) {
        requireTrainable(models, from);
        return models.languageModel(from, (torch, precision) -> CausalLm.load(torch, from.folder(), precision, true));
    }

    /** Loads a language model; with {@code use_peft}, new adapters on it are trained. */
    public static CausalLm languageModel(Models models, Checkpoint from, LoraOptions lora, long seed) {
        if (!lora.use_peft()) {
            return languageModel(models, from);
        }
        return models.languageModel(
                from, (torch, precision) -> CausalLm.adapt(torch, from.folder(), precision, lora.config(), seed));
    }

    /** Loads a reward model or critic: all its weights are trained, or, from an adapter folder, the adapter. */
    public static ScalarModel scalarModel(Models models, Checkpoint from, ScalarModel.HeadInit init, long seed) {
        requireTrainable(models, from);
        return models.scalarModel(
                from, (torch, precision) -> ScalarModel.load(torch, from.folder(), precision, true, init, seed));
    }

    /** Loads a reward model or critic; with {@code use_peft}, new adapters on it are trained. */
    public static ScalarModel scalarModel(
            Models models, Checkpoint from, ScalarModel.HeadInit init, LoraOptions lora, long seed) {
        if (!lora.use_peft()) {
            return scalarModel(models, from, init, seed);
        }
        return models.scalarModel(
                from,
                (torch, precision) -> ScalarModel.adapt(torch, from.folder(), precision, init, lora.config(), seed));
    }

    /**
     * Loads a critic that uses the body of another model, from an adapter folder; adapter and head are trained. See
     * {@link ScalarModel#loadOnto}.
     */
    public static ScalarModel scalarModelOnto(Models models, Checkpoint from, Parameters body) {
        return models.scalarModel(from, (torch, precision) -> ScalarModel.loadOnto(torch, from.folder(), body, true));
    }

    /** Refuses to train a whole checkpoint if weights are to be quantised. */
    private static void requireTrainable(Models models, Checkpoint from) {
        if (!AdapterFolder.isAdapter(from.folder())) {
            models.engine().requireUnquantized("add use_peft: true, which trains adapters on frozen weights");
        }
    }
}
