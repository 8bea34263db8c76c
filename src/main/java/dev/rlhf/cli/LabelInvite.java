package dev.rlhf.cli;

import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.server.LabelServer;
import dev.rlhf.label.store.LabelStore;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rlhf label invite NAME…}: a link for each, that lets one browser in once. */
@Command(
        name = "invite",
        description = "Print a link for each labeler that lets one browser in, once, within 14 days.",
        footer = "%nWhile the server runs, an admin invites on its page.")
final class LabelInvite extends LabelSubcommand {
    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Labelers; who is new is added.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> names;

    @Option(
            names = "--base_url",
            paramLabel = "URL",
            description =
                    "What browsers call the server (default: as init or serve was told, or http://127.0.0.1:8080).")
    @org.jspecify.annotations.Nullable
    private URI baseUrl;

    @Override
    public Integer call() throws IOException {
        try (LabelStore store = LabelStore.openExisting(db)) {
            if (baseUrl != null) {
                store.access().setBaseUrl(baseUrl, Actor.commandLine());
            }
            URI url = store.access().baseUrl().orElse(LabelServer.USUAL_ADDRESS);
            for (String name : names) {
                Invite invite = store.access().invite(name, LabelerKind.PERSON, Actor.commandLine());
                print(invite.labeler().name() + "  " + invite.link(url));
            }
        }
        return ExitCode.DONE;
    }
}
