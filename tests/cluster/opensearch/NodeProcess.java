import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;

/** A node that is a process: set up by its arguments, ended by a signal. */
final class NodeProcess {
    private NodeProcess() {
    }

    /** Runs the node that {@code make} makes, at home in the first argument; the others are name=value. */
    static void run(String[] arguments, Function<Environment, Node> make) throws Exception {
        Settings.Builder settings = Settings.builder().put("path.home", arguments[0]);
        for (int place = 1; place < arguments.length; place++) {
            String[] parts = arguments[place].split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings.build(), Map.of(), Path.of(arguments[0], "config"), () -> "node");
        Node node = make.apply(environment).start();
        CountDownLatch done = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (IOException error) {
                error.printStackTrace();
            }
            done.countDown();
        }));
        done.await();
    }
}
