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

/** {@code rlhf label invite NAME…}: prints a link for each labeler, which signs in one browser, once. */
@Command(
        name = "invite",
        description = "Print a link for each labeler, which signs in one browser, once, within 14 days.",
        footer = "%nWhile the server is running, admins invite labelers on the admin page.")
final class LabelInvite extends LabelSubcommand {
    @Parameters(arity = "1..*", paramLabel = "NAME", description = "names of labelers; new ones are added")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> names;

    @Option(
            names = "--base_url",
            paramLabel = "URL",
            description =
                    "address of the server for browsers (default: that of init or serve, or http://127.0.0.1:8080)")
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
