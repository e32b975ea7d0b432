import java.util.List;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.env.Environment;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/** One real OpenSearch node in this process: {@code ClusterNode HOME name=value…}. */
public final class ClusterNode extends Node {
    /** What the distribution of OpenSearch loads as modules, as far as gongwen asks for it. */
    private static final List<Class<? extends Plugin>> MODULES =
        List.of(Netty4Plugin.class, CommonAnalysisPlugin.class, PainlessPlugin.class, ReindexPlugin.class);

    private ClusterNode(Environment environment) {
        super(environment, MODULES, false);
    }

    public static void main(String[] arguments) throws Exception {
        NodeProcess.run(arguments, ClusterNode::new);
    }
}
