import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.lucene.analysis.Analyzer;
import org.opensearch.Version;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.env.Environment;
import org.opensearch.index.analysis.AnalyzerProvider;
import org.opensearch.index.analysis.PreBuiltAnalyzerProviderFactory;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/** One real node of OpenSearch 3 in this process: {@code ClusterNode3 HOME name=value…}. */
public final class ClusterNode3 extends Node {
    /** The module without its analyzer of Thai, which a small Java has no words for; every index tries all of them. */
    public static final class Analysis extends CommonAnalysisModulePlugin {
        @Override
        public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
            var analyzers = new TreeMap<>(super.getAnalyzers());
            analyzers.remove("thai");
            return analyzers;
        }

        @Override
        public List<PreBuiltAnalyzerProviderFactory> getPreBuiltAnalyzerProviderFactories() {
            return super.getPreBuiltAnalyzerProviderFactories().stream().filter(each -> !each.getName().equals("thai")).toList();
        }
    }

    private ClusterNode3(Environment environment) {
        super(environment, modules(), false);
    }

    /** What the distribution of OpenSearch loads as modules, as far as gongwen asks for it. */
    private static List<PluginInfo> modules() {
        Stream<Class<? extends Plugin>> needed = Stream.of(
            Netty4ModulePlugin.class, Analysis.class, PainlessModulePlugin.class, ReindexModulePlugin.class);
        return needed.map(Class::getName).map(ClusterNode3::module).toList();
    }

    private static PluginInfo module(String name) {
        return new PluginInfo(name, "module", "NA", Version.CURRENT, "21", name, List.of(), false);
    }

    public static void main(String[] arguments) throws Exception {
        NodeProcess.run(arguments, ClusterNode3::new);
    }
}
