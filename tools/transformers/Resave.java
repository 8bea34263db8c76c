import dev.rlhf.checkpoint.HfFolder;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;

/** Loads checkpoints and saves them in small shards, each into a folder of its name: {@code java -cp … Resave.java TO FROM...}. */
class Resave {
    public static void main(String[] args) throws Exception {
        try (Torch torch = Torch.open("cpu")) {
            for (int i = 1; i < args.length; i++) {
                Path from = Path.of(args[i]);
                Path to = Files.createDirectories(Path.of(args[0]).resolve(from.getFileName()));
                if (Files.readString(from.resolve("config.json")).contains("ForSequenceClassification")) {
                    try (ScalarModel model =
                            ScalarModel.load(torch, from, Dtype.FLOAT32, true, ScalarModel.HeadInit.STORED, 0)) {
                        model.write(to, Dtype.FLOAT32, ShardSize.parse("50KB"), model.padding(), 0, 1);
                    }
                } else {
                    try (CausalLm model = CausalLm.load(torch, from, Dtype.FLOAT32, true)) {
                        model.write(to, Dtype.FLOAT32, ShardSize.parse("50KB"));
                    }
                }
                HfFolder.copyCompanions(from, to);
            }
        }
    }
}
