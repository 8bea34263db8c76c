package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Kernels;
import dev.rlhf.tensor.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the blocks of a {@link RotaryConfig}: two kernels a layer. */
final class RotaryDecoder implements Decoder {
    private record Layer(
            List<NDArray> attention,
            List<NDArray> mlp,
            @Nullable RotaryTable table,
            int window) {}

    private final RotaryConfig config;
    private final Parameters parameters;
    private final Kernels kernels;
    private final NDArray tokens;
    private final List<Layer> layers = new ArrayList<>();
    private final NDArray norm;

    RotaryDecoder(RotaryConfig config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        this.kernels = parameters.torch().kernels();
        this.tokens = parameters.get(config.embeddingName());
        Map<Rope, RotaryTable> tables = new HashMap<>();
        for (int i = 0; i < config.layers(); i++) {
            String layer = "model.layers." + i + ".";
            Rope rope = config.rope(i);
            layers.add(new Layer(
                    config.attention().tensors(parameters, layer),
                    config.mlp().tensors(parameters, layer),
                    rope == null ? null : tables.computeIfAbsent(rope, r -> new RotaryTable(parameters, r)),
                    config.window(i)));
        }
        this.norm = parameters.get("model.norm.weight");
    }

    @Override
    public NDArray forward(Input input, boolean dropout, List<NDArray> only) {
        double attention = dropout ? config.attentionDropout() : 0;
        double residual = dropout ? config.residualDropout() : 0;
        int kind = config.norm().number();
        try (Scope scope = new Scope()) {
            Map<RotaryTable, List<NDArray>> angles = new HashMap<>();
            Map<Integer, List<NDArray>> masks = new HashMap<>();
            NDArray x = kernels.call(
                    "embedding",
                    input.ids(),
                    tokens,
                    config.paddingId(),
                    parameters.compute().scalarType(),
                    config.embeddingScale());
            for (int i = 0; i < layers.size(); i++) {
                Layer layer = layers.get(i);
                x = kernels.call(
                        "rotary_attention",
                        x,
                        layer.attention(),
                        config.heads(),
                        config.kvHeads(),
                        kind,
                        config.epsilon(),
                        config.attentionScale(),
                        config.attentionCap(),
                        layer.table() == null
                                ? List.of()
                                : angles.computeIfAbsent(layer.table(), table -> table.angles(input)),
                        masks.computeIfAbsent(layer.window(), window -> mask(input, window)),
                        input.layerCache(i),
                        input.place(),
                        attention,
                        residual);
                if (i == layers.size() - 1) {
                    x = Decoder.narrowed(kernels, x, only);
                }
                x = kernels.call(
                        "gated_mlp",
                        x,
                        layer.mlp(),
                        kind,
                        config.epsilon(),
                        config.activation().number(),
                        residual);
            }
            return scope.keep(kernels.call("norm", x, norm, config.epsilon(), kind));
        }
    }

    /** What layers with a window may look at: the input's mask while all of it lies within the window. */
    private List<NDArray> mask(Input input, int window) {
        long width = Math.max(input.columns(), input.ids().getShape().get(1));
        if (window == 0 || width <= window) {
            return input.mask();
        }
        return List.of(kernels.call("windowed", input.mask(), input.place(), input.ids(), window));
    }
}
