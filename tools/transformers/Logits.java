import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Input;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Prints the logits (or scores) of one sequence, one number per line: {@code java -cp … Logits.java MODEL lm|score ID...}. */
class Logits {
    public static void main(String[] args) {
        Path folder = Path.of(args[0]);
        long[] ids = Arrays.stream(args, 2, args.length).mapToLong(Long::parseLong).toArray();
        try (Torch torch = Torch.open("cpu")) {
            Input input = Input.rightPadded(torch, ids, 1);
            float[] values = args[1].equals("lm")
                    ? CausalLm.load(torch, folder, Dtype.FLOAT32, false).logits(input).toFloatArray()
                    : ScalarModel.load(torch, folder, Dtype.FLOAT32, false, ScalarModel.HeadInit.STORED, 0)
                            .scores(input, new long[] {ids.length - 1})
                            .toFloatArray();
            System.out.println(IntStream.range(0, values.length)
                    .mapToObj(i -> Float.toString(values[i]))
                    .collect(Collectors.joining("\n")));
        }
    }
}
