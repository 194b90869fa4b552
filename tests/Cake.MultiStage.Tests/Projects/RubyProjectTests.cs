using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Ruby;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

public sealed class RubyProjectTests : FolderFixture
{
    private ImageProject Project(Action<RubyProjectSettings>? configure = null)
    {
        var settings = new RubyProjectSettings();
        configure?.Invoke(settings);
        return RubyPreset.Describe(_folder.Path, settings);
    }

    private string Text(Action<RubyProjectSettings>? configure = null) => Project(configure).ToDockerfile().ToString();

    private static string Lock(params string[] gems) =>
        "GEM\n  remote: https://rubygems.org/\n  "
            + $"specs:\n{string.Concat(gems.Select(gem => $"    {gem}\n      other (>= 1)\n"))}\nPLATFORMS\n  ruby\n\nBUNDLED WITH\n   "
            + "2.6.7\n";

    private TemporaryFolder Rack(params string[] gems) =>
        _folder.File("Gemfile", "source \"https://rubygems.org\"\ngem \"sinatra\"\n").File("config.ru", "run App")
        .File("Gemfile.lock", Lock(["sinatra (4.1.1)", .. gems]));

    [Test]
    public void A_program_with_a_config_ru_runs_by_the_server_of_the_lock()
    {
        Rack("puma (6.6.0)", "nokogiri (1.18.1-x86_64-linux-gnu)");
        Assert.That(Text(), Is.EqualTo(
            """
            FROM ruby:4.0 AS builder
            ENV BUNDLE_PATH=/usr/local/bundle
            ENV BUNDLE_WITHOUT=development:test
            ENV BUNDLE_DEPLOYMENT=1
            ENV APP_ENV=production
            ENV RACK_ENV=production
            WORKDIR /app
            COPY Gemfile Gemfile.lock ./
            RUN --mount=type=cache,target=/root/.bundle/cache bundle install \
             && rm -rf /usr/local/bundle/ruby/*/cache /usr/local/bundle/ruby/*/bundler/gems/*/.git
            COPY . .

            FROM builder AS program
            RUN find . -mindepth 1 -maxdepth 1 \( -name "node_modules" -o -name "test" -o -name "spec" -o -name "features" -o -name ↩
            "docs" -o -name "Dockerfile*" -o -name "docker-compose*" -o -name "compose*.y*ml" -o -name ".github" -o -name ".gitignore" ↩
            -o -name ".gitattributes" -o -name ".rspec" -o -name ".rubocop*" -o -name "*.md" -o -name "package.json" -o -name ↩
            "package-lock.json" -o -name "yarn.lock" -o -name "pnpm-lock.yaml" -o -name ".kamal" \) -exec rm -rf {} +

            FROM builder AS linked-libraries
            RUN mkdir -p /linked-libraries \
             && { find /usr/local/bundle -type f \( -name "*.so" -o -name "*.so.*" -o -perm -u+x \) -exec ldd {} \; 2>/dev/null | sed ↩
            -n -e "s/.*=> \(\/[^ ]*\) (0x.*/\1/p" -e "s/^[[:space:]]*\(\/[^ ]*\) (0x.*/\1/p" | sort -u | grep -v "^/usr/local/bundle/" ↩
            | grep -vE "/(ld-[^/]*|lib(c|m|dl|rt|pthread|util|resolv|anl|nss_[a-z]+)|libc\.musl[^/]*)\.so[^/]*$" > ↩
            /tmp/libraries.txt || true; } \
             && while read -r library; do cp -L "$library" "/linked-libraries/" || exit 1; done < /tmp/libraries.txt

            FROM ruby:4.0-slim AS shared-libraries
            USER root
            COPY --from=linked-libraries /linked-libraries/ /shared-libraries/
            RUN for library in /shared-libraries/*; do if find /lib /usr/lib /usr/local/lib -name "${library##*/}" 2>/dev/null | grep ↩
            -q .; then rm -f "$library"; fi; done

            FROM builder AS development
            EXPOSE 9292
            CMD ["bundle", "exec", "puma", "--port", "9292"]

            FROM ruby:4.0-slim AS final
            WORKDIR /app
            COPY --from=shared-libraries /shared-libraries/ /usr/local/lib/
            COPY --from=builder /usr/local/bundle /usr/local/bundle
            COPY --from=program /app/ /app/
            ENV BUNDLE_PATH=/usr/local/bundle
            ENV BUNDLE_WITHOUT=development:test
            ENV BUNDLE_DEPLOYMENT=1
            ENV APP_ENV=production
            ENV RACK_ENV=production
            ENV HOME=/tmp
            ENV LD_LIBRARY_PATH=/usr/local/lib
            EXPOSE 9292
            USER 1000:1000
            ENTRYPOINT ["bundle", "exec", "puma", "--port", "9292"]

            """.Unfolded()));
    }

    [Test]
    public void Rails_gets_its_assets_its_libraries_and_its_folders()
    {
        _folder.File("Gemfile", "gem \"rails\"\n")
            .File("config/application.rb")
            .File("config.ru")
            .File("app/models/a.rb")
            .File("lib/b.rb")
            .File("db/migrate/1.rb")
            .File("config/puma.rb", "threads 3, 3\nport ENV.fetch(\"PORT\", 3000)\nplugin :tmp_restart\n")
            .File("config/routes.rb", "get \"up\" => \"rails/health#show\"")
            .File("config/credentials.yml.enc")
            .File("Gemfile.lock",
                Lock("rails (8.0.2)", "railties (8.0.2)", "puma (6.6.0)", "bootsnap (1.18.4)", "propshaft (1.1.0)", "pg (1.5.9)",
                    "ruby-vips (2.2.3)"));
        var project = Project();
        var text = project.ToDockerfile().ToString();
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("FROM ruby:4.0-slim AS runtime\nRUN --mount"));
            Assert.That(text, Does.Contain("--no-install-recommends libjemalloc2 libpq5 libvips42;")
                .And.Contain("ENV LD_PRELOAD=libjemalloc.so.2\n"));
            Assert.That(Project(ruby => ruby.FinalBase = "registry.example.com/ruby:3").ToDockerfile().ToString(),
                Does.Not.Contain("jemalloc"));
            Assert.That(text, Does.Contain("bundle install \\\n && bundle exec bootsnap precompile --gemfile"));
            Assert.That(text,
                Does.Contain(
                    "RUN bundle exec bootsnap precompile app/ lib/ \\\n && SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile\n"));
            Assert.That(text, Does.Contain("chown -R 1000:1000 db log storage tmp"));
            Assert.That(text, Does.Contain("FROM runtime AS final"));
            Assert.That(text,
                Does.Contain("EXPOSE 3000").And.Contain("ENTRYPOINT [\"bundle\", \"exec\", \"puma\"]")
                    .And.Contain("ENV RAILS_ENV=production"));
            Assert.That(text,
                Does.Contain(
                    "HEALTHCHECK CMD [\"ruby\", \"-rnet/http\", \"-e\", \"exit "
                        + "Net::HTTP.get_response(URI('http://127.0.0.1:3000/up')).code.to_i < 400\"]"));
            Assert.That(project.Assumptions.Select(one => one.Text), Has.Some.Contains("RAILS_MASTER_KEY").And.Some.Contains("db:prepare"));
        });
        _folder.File("Gemfile.lock", Lock("rails (7.0.8)", "railties (7.0.8)", "puma (6.6.0)", "sprockets-rails (3.5.2)"));
        Assert.That(Text(), Does.Contain("SECRET_KEY_BASE=none bundle exec rails assets:precompile"));
    }

    [Test]
    public void The_program_of_a_gem_for_developers_is_its_program()
    {
        _folder.File("rubocop.gemspec", "Gem::Specification.new do |s|\n  s.bindir = 'exe'\nend\n").File("lib/rubocop.rb")
            .File("exe/rubocop", "#!/usr/bin/env ruby\n").File("bin/console", "#!/usr/bin/env ruby\n");
        Assert.That(Project().Entrypoint, Is.EqualTo(new[] { "ruby", "exe/rubocop" }));
    }

    [TestCase("config/credentials.yml.enc", "RAILS_MASTER_KEY, or SECRET_KEY_BASE.")]
    [TestCase("config/routes.rb", "give the container SECRET_KEY_BASE.")]
    public void The_key_that_Rails_starts_with_is_told(string file, string text)
    {
        _folder.File("Gemfile", "gem \"rails\"\n").File("config/application.rb").File(file)
            .File("Gemfile.lock", Lock("rails (8.0.2)", "puma (6.6.0)"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.One.EndsWith(text));
    }

    [Test]
    public void Assets_of_Rails_that_Node_makes_find_it_in_the_builder()
    {
        _folder.File("Gemfile", "gem \"rails\"\n")
            .File("config/application.rb")
            .File("package.json", """{ "dependencies": { "esbuild": "^0.25" } }""")
            .File("package-lock.json", "{}")
            .File(".nvmrc", "24")
            .File("Gemfile.lock", Lock("rails (8.0.2)", "puma (6.6.0)", "jsbundling-rails (1.3.1)", "propshaft (1.1.0)"));
        Assert.That(Text(),
            Does.Contain(
                "COPY --from=node:24-slim /usr/local/ /usr/local/\nCOPY package.json package-lock.json ./\nRUN "
                    + "--mount=type=cache,target=/root/.npm npm ci\nCOPY . .\nRUN SECRET_KEY_BASE_DUMMY=1 bundle exec rails "
                    + "assets:precompile\n"));
    }

    [TestCase("falcon (0.51.0)", "\"falcon\", \"serve\", \"--bind\", \"http://0.0.0.0:9292\"")]
    [TestCase("unicorn (6.1.0)", "\"unicorn\", \"--listen\", \"0.0.0.0:9292\"")]
    [TestCase("thin (2.0.1)", "\"thin\", \"start\", \"--address\", \"0.0.0.0\", \"--port\", \"9292\"")]
    [TestCase("iodine (0.7.58)", "\"iodine\", \"-p\", \"9292\"")]
    public void Other_servers_listen_to_all(string gem, string words)
    {
        Rack(gem);
        Assert.That(Text(), Does.Contain($"ENTRYPOINT [\"bundle\", \"exec\", {words}]"));
    }

    [Test]
    public void A_program_without_a_server_is_told()
    {
        Rack();
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("Gemfile.lock names no server")
                .And.Message.Contains("gem \"puma\""));
        _folder.File("Gemfile.lock", Lock("sinatra (4.1.1)", "rackup (2.2.1)", "webrick (1.9.1)"));
        Assert.That(Text(), Does.Contain("ENTRYPOINT [\"bundle\", \"exec\", \"rackup\", \"--host\", \"0.0.0.0\", \"--port\", \"9292\"]"));
    }

    [Test]
    public void What_Puma_is_told_in_its_file_stays()
    {
        Rack("puma (6.6.0)").File("config/puma.rb", "bind \"tcp://0.0.0.0:#{ENV.fetch('PORT') { 8080 }}\"\n");
        Assert.That(Text(), Does.Contain("ENTRYPOINT [\"bundle\", \"exec\", \"puma\"]"));
        _folder.File("config/puma.rb", "port 8080\n");
        Assert.That(Text(), Does.Contain("EXPOSE 8080"));
        _folder.File("config/puma.rb", "bind \"unix://tmp/puma.sock\"\n");
        Assert.That(Project().Assumptions,
            Has.Some.Matches<Assumption>(one => one!.Doubtful && one.Text.Contains("binds a socket of a file", StringComparison.Ordinal)));
    }

    [Test]
    public void Sinatra_in_one_file_listens_to_all()
    {
        _folder.File("Gemfile", "gem \"sinatra\"\ngem \"puma\"\n").File("shop.rb", "require 'sinatra'\nget('/') { 'hi' }\n");
        Assert.That(Text(),
            Does.Contain("ENTRYPOINT [\"bundle\", \"exec\", \"ruby\", \"shop.rb\", \"-o\", \"0.0.0.0\", \"-p\", \"4567\"]")
                .And.Contain("EXPOSE 4567").And.Not.Contain("BUNDLE_DEPLOYMENT"));
        Assert.That(Project().Assumptions.Select(one => one.Text), Has.Some.Contains("Gemfile has no lock"));
    }

    [Test]
    public void A_gem_ships_as_its_program_and_a_library_not_at_all()
    {
        _folder.File("Gemfile", "gemspec\n")
            .File("words.gemspec", "spec.required_ruby_version = \">= 3.1.0\"")
            .File("exe/words", "#!/usr/bin/env ruby\n")
            .File("lib/words.rb");
        Assert.That(Text(),
            Does.Contain("COPY Gemfile words.gemspec ./\nCOPY lib lib/\nRUN")
                .And.Contain("ENTRYPOINT [\"bundle\", \"exec\", \"ruby\", \"exe/words\"]").And.StartWith("FROM ruby:4.0 AS builder"));
        Assert.That(Project().Name, Is.EqualTo("words"));
        _folder.File("exe/count", "#!/usr/bin/env ruby\n");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("several programs: exe/count, exe/words")
                .And.Message.Contains("ruby.Command = "));
        Directory.Delete(_folder["exe"], recursive: true);
        _folder.File("bin/console", "#!/usr/bin/env ruby\n");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("holds a library, which ships in no image"));
    }

    [Test]
    public void A_file_alone_needs_no_bundler()
    {
        _folder.File("main.rb", "puts 1");
        Assert.That(Text(), Does.Contain("ENTRYPOINT [\"ruby\", \"main.rb\"]").And.Not.Contain("bundle").And.Contain("COPY . ."));
        Assert.That(Text(ruby => ruby.Command = ["bundle", "exec", "sidekiq"]),
            Does.Contain("ENTRYPOINT [\"bundle\", \"exec\", \"sidekiq\"]"));
        _folder.File("other/x.rb").Files("a.rb");
        File.Delete(_folder["main.rb"]);
        Assert.That(Text(), Does.Contain("ENTRYPOINT [\"ruby\", \"a.rb\"]"));
        _folder.File("b.rb");
        Assert.That(() => Text(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("does not show what to run")
                .And.Message.Contains("ruby.Command = "));
    }

    [Test]
    public void What_is_no_Ruby_project_is_told() =>
        Assert.That(() => Text(), Throws.InstanceOf<MultiStageException>().With.Message.Contains("is not a Ruby project"));

    [TestCase("ruby \"3.3.4\"", "3.3.4")]
    [TestCase("ruby '~> 3.3.0'", "3.3")]
    [TestCase("ruby '~> 3.2'", "3.4")]
    [TestCase("ruby \">= 3.1\", \"< 3.4\"", "3.3")]
    [TestCase("ruby file: \".ruby-version\"", "4.0")]
    [TestCase("# ruby '3.1'", "4.0")]
    public void The_newest_supported_version_of_Ruby_within_what_the_Gemfile_asks(string line, string version)
    {
        _folder.File("Gemfile", line + "\n").File("main.rb");
        Assert.That(Text(), Does.StartWith($"FROM ruby:{version} AS builder\n").And.Contain($"FROM ruby:{version}-slim AS final\n"));
    }

    [Test]
    public void Pins_take_precedence_and_the_lock_is_the_last_resort()
    {
        _folder.File("Gemfile", "").File("main.rb").File("Gemfile.lock", Lock("rake (13.0.0)") + "\nRUBY VERSION\n   ruby 3.3.6p108\n");
        Assert.That(Text(), Does.StartWith("FROM ruby:3.3 AS builder\n"));
        _folder.File(".ruby-version", "ruby-3.4.2\n");
        Assert.That(Text(), Does.StartWith("FROM ruby:3.4.2 AS builder\n").And.Contain("COPY Gemfile Gemfile.lock .ruby-version ./"));
        Assert.That(Text(ruby => ruby.ToolchainVersion = "3.3"), Does.StartWith("FROM ruby:3.3 AS builder\n"));
    }

    [Test]
    public void Gems_of_folders_come_in_before_the_install_and_those_outside_widen_the_context()
    {
        _folder.File("app/Gemfile", "gem \"words\", path: \"../words\"\ngem \"own\", path: \"gems/own\"\n")
            .File("app/gems/own/own.gemspec")
            .File("words/words.gemspec")
            .File("app/main.rb");
        var project = RubyPreset.Describe(_folder["app"], new RubyProjectSettings());
        Assert.That(project.ContextDirectory, Is.EqualTo(_folder.Path));
        Assert.That(project.ToDockerfile().ToString(),
            Does.Contain("WORKDIR /app/app\nCOPY app/Gemfile ./\nCOPY words ../words/\nCOPY app/gems/own gems/own/\nRUN"));
    }

    [Test]
    public void Credentials_are_seen_by_the_step_that_restores_alone()
    {
        Rack("puma (6.6.0)");
        var text = Text(ruby => ruby.Credentials = BuildSecret.FromValue("---"));
        Assert.That(text, Does.Contain("--mount=type=secret,id=bundle-config,target=/root/.bundle/config,required=true bundle install"));
        Assert.That(text.Split("bundle-config").Length, Is.EqualTo(2));
    }

    [Test]
    public void Groups_that_are_left_out_can_be_chosen()
    {
        Rack("puma (6.6.0)", "rspec-core (3.13.0)").Folder("spec");
        var text = Text(ruby => ruby.Without = ["development"]);
        Assert.That(text,
            Does.Contain("ENV BUNDLE_WITHOUT=development\n")
                .And.Contain("export BUNDLE_WITHOUT= RAILS_ENV=test RACK_ENV=test APP_ENV=test; bundle install && bundle exec rspec"));
    }
}
