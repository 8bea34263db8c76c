package dev.rlhf.stages.batch;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Parameters;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.tensor.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Merges an adapter into its base and writes a plain checkpoint, with weights W + s·B·A computed in float32 and rounded
 * to the stored dtype.
 */
public final class Merge implements Stage<MergeOptions> {
    @Override
    public StageResult run(MergeOptions o, StageContext context) throws IOException {
        Path from = o.model().model_name_or_path();
        if (!AdapterFolder.isAdapter(from)) {
            throw InputException.at(from, "no adapter_config.json in it; there is nothing to merge");
        }
        AdapterFolder adapter = AdapterFolder.of(from);
        Dtype stored = stored(o, HfFolder.of(adapter.base()));
        ShardSize limit = ShardSize.parse(o.save().max_shard_size());
        Path target = o.output().output_dir().resolve("model");
        try (Models models = Models.open(new EngineOptions("cpu", "float32"), context.console())) {
            if (adapter.ofRewardModel()) {
                try (ScalarModel model = models.rewardModel(Checkpoint.weightsOf(from))) {
                    double std = model.config().json().path("reward_std").asDouble(1);
                    AtomicFiles.writeFolder(
                            target, folder -> ModelFolder.write(folder, model, from, stored, limit, model.mean(), std));
                    return metrics(model.parameters());
                }
            }
            try (CausalLm model = models.frozen(Checkpoint.weightsOf(from))) {
                AtomicFiles.writeFolder(target, folder -> {
                    model.write(folder, stored, limit);
                    ModelFolder.copyCompanions(from, folder);
                    HfFolder.writeGenerationConfig(folder, model.config().json());
                });
                return metrics(model.parameters());
            }
        }
    }

    @Override
    public Optional<StageOutputs> outputs(MergeOptions o) {
        return Optional.of(new StageOutputs(MetricNames.of("parameters"), List.of("model")));
    }

    private static StageResult metrics(Parameters parameters) {
        return new StageResult(Map.of("parameters", (double) parameters.count()));
    }

    private static Dtype stored(MergeOptions o, HfFolder base) {
        String ofBase = base.config()
                .path("dtype")
                .asText(base.config().path("torch_dtype").asText("float32"));
        return Dtype.valueOf((o.dtype().equals("auto") ? ofBase : o.dtype()).toUpperCase(Locale.ROOT));
    }
}
