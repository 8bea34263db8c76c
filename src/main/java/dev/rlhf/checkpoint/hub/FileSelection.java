package dev.rlhf.checkpoint.hub;

import dev.rlhf.base.InputException;
import dev.rlhf.text.CompanionFiles;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which files of a repository to fetch: by default config, safetensors, tokenizer and chat templates, but no second
 * copy of the weights.
 */
record FileSelection(List<HubFile> chosen, List<HubFile> leftOut) {
    private static final Set<String> CONFIGS =
            Set.of("config.json", "generation_config.json", "adapter_config.json", "adapter_model.safetensors");
    private static final String SINGLE = "model.safetensors";
    private static final Pattern SHARDED =
            Pattern.compile("model\\.safetensors\\.index\\.json|model-\\d+-of-\\d+\\.safetensors");
    private static final int SHOWN = 6;

    /**
     * Selects the files that training needs.
     *
     * @throws InputException if the repository does not have them
     */
    static FileSelection forTraining(ModelReference model, HubListing listing) {
        boolean single = has(listing, SINGLE);
        FileSelection selection = split(
                listing,
                path -> CONFIGS.contains(path)
                        || CompanionFiles.include(path)
                        || (single ? path.equals(SINGLE) : SHARDED.matcher(path).matches()));
        if (!has(listing, "config.json") && !has(listing, "adapter_config.json")) {
            throw new InputException(model.id() + " is not a model that transformers can load: it has no config.json,"
                    + " only " + names(listing.files()));
        }
        if (selection.chosen.stream().noneMatch(file -> file.path().endsWith(".safetensors"))) {
            boolean pickled =
                    listing.files().stream().anyMatch(file -> file.path().matches("pytorch_model.*\\.bin"));
            throw new InputException(
                    pickled
                            ? model.id() + " has its weights as pytorch_model.bin only; convert them, in Python: "
                                    + "transformers.AutoModelForCausalLM.from_pretrained(\"" + model.id()
                                    + "\").save_pretrained(\"DIR\"), and the same with AutoTokenizer"
                            : model.id() + " has no safetensors, only " + names(listing.files()));
        }
        return selection;
    }

    /**
     * Selects files by name patterns.
     *
     * @param globs {@code *} matches any text, slashes included, and {@code ?} a character
     * @throws InputException if no file matches
     */
    static FileSelection including(ModelReference model, HubListing listing, List<String> globs) {
        List<Pattern> patterns = globs.stream().map(FileSelection::pattern).toList();
        FileSelection selection = split(
                listing, path -> patterns.stream().anyMatch(p -> p.matcher(path).matches()));
        if (selection.chosen.isEmpty()) {
            throw new InputException("--include " + String.join(" ", globs) + ": matches no file of " + model.id()
                    + "; it has " + names(listing.files()));
        }
        return selection;
    }

    private static Pattern pattern(String glob) {
        return Pattern.compile(glob.codePoints()
                .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining()));
    }

    private static FileSelection split(HubListing listing, Predicate<String> wanted) {
        return new FileSelection(
                listing.files().stream()
                        .filter(file -> wanted.test(file.path()))
                        .toList(),
                listing.files().stream()
                        .filter(file -> !wanted.test(file.path()))
                        .toList());
    }

    private static boolean has(HubListing listing, String path) {
        return listing.files().stream().anyMatch(file -> file.path().equals(path));
    }

    /** Returns the names of the largest files. */
    static String names(List<HubFile> files) {
        String first = files.stream()
                .sorted(Comparator.comparingLong(HubFile::size).reversed())
                .limit(SHOWN)
                .map(HubFile::path)
                .collect(Collectors.joining(", "));
        return files.isEmpty() ? "nothing" : first + (files.size() > SHOWN ? ", …" : "");
    }
}
