# The project's verbs. `make serve` and `make test` do all set-up by themselves.
VENV ?= .venv
LIBRARY ?= var/library
HOST ?= 127.0.0.1
PORT ?= 8321
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := $(VENV)/bin
APT := DEBIAN_FRONTEND=noninteractive apt-get

.PHONY: help serve test lint types unit format samples golden screenshots browser bench bench-add bench-docs bench-instructions bench-page bench-http bench-quality torture torture-short postgres opensearch test-cluster simulate-scale lock licences sbom wheelhouse clean

help: ## 列出全部命令
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

# --- environment -------------------------------------------------------------------------------
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "没有找到 Python 3.11 或更新版本，请先安装（Debian：apt install python3）。" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    $(APT) update -qq && $(APT) install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv $(VENV); \
	  else echo "这台机器的 Python 缺少 venv，请先安装（Debian：sudo apt install python3-venv）。" >&2; exit 1; fi; }

$(VENV)/.runtime: pyproject.toml | $(BIN)/python
	@echo "正在准备运行环境（首次约一分钟）……" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	@echo "正在准备开发环境（首次约两分钟）……" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.runtime

# A browser for the browser tests: the system's, else Debian's package as root, else Playwright's own.
browser: $(VENV)/.dev
	@if [ -n "$$CHROMIUM" ] || command -v chromium || command -v chromium-browser || command -v google-chrome; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "正在安装浏览器（chromium）……" >&2; $(APT) update -qq && $(APT) install -y -qq chromium fonts-noto-cjk >/dev/null; \
	else $(BIN)/playwright install chromium; fi >/dev/null

# --- the two commands of the README --------------------------------------------------------------
serve: samples ## 准备环境、入库示例公文、建索引，打开 http://127.0.0.1:8321
	@$(BIN)/gongwen --library $(LIBRARY) serve --host $(HOST) --port $(PORT)

test: browser lint types unit ## 全部检查与测试（含真实浏览器测试）

# A real PostgreSQL for the cluster tests; Debian would start a server of its own, which nobody asked for.
postgres: $(VENV)/.dev
	@if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "正在安装数据库服务器（postgresql）……" >&2; mkdir -p /etc/postgresql-common; \
	  [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf; \
	  $(APT) update -qq && $(APT) install -y -qq postgresql >/dev/null; \
	else echo "没有找到 PostgreSQL，请先安装（Debian：sudo apt install postgresql）。" >&2; exit 1; fi

# What three nodes of OpenSearch run on; their parts come from Maven Central at the first run.
opensearch: $(VENV)/.dev
	@if command -v javac >/dev/null && command -v mvn >/dev/null && { [ "$$(id -u)" != 0 ] || command -v ip >/dev/null; }; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "正在安装 Java（default-jdk-headless、maven）和断网试验用的 iproute2……" >&2; \
	  $(APT) update -qq && $(APT) install -y -qq default-jdk-headless maven iproute2 >/dev/null; \
	else echo "没有找到 Java 和 Maven，请先安装（Debian：sudo apt install default-jdk-headless maven）。" >&2; exit 1; fi
	@$(BIN)/python -m tests.cluster.opensearch_server

$(VENV)/.cluster: pyproject.toml $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,cluster]'
	@touch $@

test-cluster: $(VENV)/.cluster postgres opensearch ## 在真实的数据库服务器和检索集群上测试
	@$(BIN)/python -m pytest -q -m cluster tests

# --- parts -----------------------------------------------------------------------------------------
samples: $(VENV)/.runtime ## 把示例公文入库到 var/library
	@$(BIN)/gongwen --library $(LIBRARY) add corpus/samples

lint: $(VENV)/.dev ## 代码格式与规则
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/.dev ## 类型检查（strict）
	@$(BIN)/mypy

# A file of tests to each of two processes; then what judges how long others wait, which wants the machine.
unit: $(VENV)/.dev ## 测试与分支覆盖率
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --ignore=tests/torture --cov --cov-report= --cov-fail-under=0
	@$(BIN)/python -m pytest -q --cov --cov-append --cov-report=term tests/torture

format: $(VENV)/.dev ## 统一代码格式
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

golden: $(VENV)/.dev ## 重写示例公文的解析结果（请逐行审阅 git diff）
	@$(BIN)/python -m tests.golden.rewrite

screenshots: browser ## 为每个页面拍照，存到 screenshots/
	@$(BIN)/python -m tests.browser.take_screenshots screenshots

$(VENV)/.bench: pyproject.toml $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

bench-quality: $(VENV)/.bench ## 检索质量：真实问题上与各基线比较（可给 NCP=文件 STATUTES=文件）
	@$(BIN)/python -m tests.benchmarks.quality --ncp "$(NCP)" --statutes "$(STATUTES)"

# N=20000 runs one size, DATA=statutes or circulars the real texts beside this folder (not in it).
bench: $(VENV)/.bench ## 与 tantivy、FTS5、原版 Whoosh 比速度（N=20000 只跑一种规模，DATA=statutes 用真实文本）
	@$(BIN)/python -m tests.benchmarks.run $(if $(N),--size $(N)) $(if $(DATA),--data $(DATA)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ENGINES),--engines $(ENGINES))

bench-docs: $(VENV)/.bench ## 同 bench，并把数字写进 docs/performance.md
	@$(BIN)/python -m tests.benchmarks.run --write $(if $(N),--size $(N)) $(if $(DATA),--data $(DATA)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ENGINES),--engines $(ENGINES))

bench-instructions: $(VENV)/.bench ## 每种问法用多少条指令，与 tantivy 比（callgrind 计数，不受同机其他工作影响；需要 valgrind）
	@$(BIN)/python -m tests.benchmarks.instructions $(if $(N),--size $(N))

bench-add: $(VENV)/.dev ## 入库每段用多少处理器时间，一步一步（DATA=放真实公文的文件夹，可给 FILES=400）
	@$(BIN)/python -m tests.benchmarks.adding $(DATA) $(if $(FILES),--files $(FILES))

bench-page: $(VENV)/.dev ## 检索页首字节比引擎的回答多用多少时间（LIBRARY=公文库，PROFILE=1 看时间花在哪里）
	@$(BIN)/python -m tests.benchmarks.pages $(LIBRARY) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(PROFILE),--profile)

# The library is made once and kept in var/bench-http: 200,000 paragraphs take some ten minutes.
bench-http: $(VENV)/.dev ## 服务每秒答复多少检索页（可给 N=20000、CLIENTS=8、WORKERS=2、ROUNDS=10）
	@$(BIN)/python -m tests.benchmarks.page_load $(if $(N),--size $(N)) $(if $(CLIENTS),--clients $(CLIENTS)) $(if $(WORKERS),--workers $(WORKERS)) $(if $(ROUNDS),--rounds $(ROUNDS))

# What is done is kept in var/scale: interrupted, the next run goes on. MINUTES and MOST (paragraphs) end it.
simulate-scale: $(VENV)/.cluster opensearch ## 造公文，让两种引擎一步步变大，把增长曲线写进 docs/scale.md（可给 MINUTES=40 MOST=1000000）
	@$(BIN)/python -m tests.benchmarks.simulate_scale --write $(if $(MINUTES),--minutes $(MINUTES)) $(if $(MOST),--most $(MOST))

# ROW=F2 runs one row of the goal table in docs/reliability.md, SEED=7 the same trials again.
torture: $(VENV)/.dev ## 可靠性折磨试验，长版，随机种子（可给 ROW=F2、SEED=数字）
	@$(BIN)/python -m tests.torture $(ROW) --long $(if $(SEED),--seed $(SEED))

torture-short: $(VENV)/.dev ## 可靠性折磨试验，短版，固定种子，十分钟以内（可给 ROW=F2）
	@$(BIN)/python -m tests.torture $(ROW) $(if $(SEED),--seed $(SEED))

lock: $(VENV)/.dev ## 重新锁定依赖版本与校验值（需要联网），并更新许可证清单
	@$(BIN)/uv pip compile pyproject.toml --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --upgrade -q -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra cluster -c requirements.lock --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" --upgrade -q -o requirements-cluster.lock
	@$(MAKE) -s licences

licences: $(VENV)/.dev ## 把许可证清单写进 docs/licences.md
	@$(BIN)/python packaging/list_licences.py > docs/licences.md

sbom: $(VENV)/.dev ## 输出软件物料清单（CycloneDX JSON）
	@$(BIN)/python packaging/list_licences.py --sbom

wheelhouse: $(VENV)/.runtime ## 做离线安装包（需要联网），并在空环境里试装一遍；存到 wheelhouse/
	@$(BIN)/python packaging/make_wheelhouse.py wheelhouse

clean: ## 删除环境、缓存和示例库
	@rm -rf $(VENV) var build wheelhouse *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
