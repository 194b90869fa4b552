# Makes gems of what Debian has installed, and a compact index of them: gems.rb FOLDER
require "digest"
require "fileutils"
require "rubygems/package"
require "tmpdir"
require "zlib"

OUT = File.expand_path(ARGV.fetch(0))
%w[gems info quick/Marshal.4.8].each { |folder| FileUtils.mkdir_p("#{OUT}/#{folder}") }

# A gem with an extension is offered as built for this Ruby and system: Debian has it compiled.
def prepared(spec, folder)
  FileUtils.cp_r("#{spec.full_gem_path}/.", folder, remove_destination: true)
  gem = spec.dup
  unless spec.extensions.empty?
    Dir["#{spec.extension_dir}/**/*.so"].each do |file|
      target = "#{folder}/lib/#{file.delete_prefix("#{spec.extension_dir}/")}"
      FileUtils.mkdir_p(File.dirname(target))
      FileUtils.cp(file, target)
    end
    gem.extensions = []
    gem.platform = Gem::Platform.local.then { |local| "#{local.cpu}-#{local.os}" }
    gem.required_ruby_version = "~> #{RUBY_VERSION[/\d+\.\d+/]}.0"
  end
  gem.required_rubygems_version = Gem::Requirement.default
  Dir.chdir(folder) do
    gem.files = Dir.glob("**/*", File::FNM_DOTMATCH).select { |file| File.file?(file) && !File.symlink?(file) }.sort
    gem.executables = gem.executables.select { |program| File.file?("#{gem.bindir}/#{program}") }
  end
  gem
end

def requirement(requirement) = requirement.requirements.map { |operator, version| "#{operator} #{version}" }.join("&")

def index_line(gem, version, file)
  needs = gem.runtime_dependencies.map { |need| "#{need.name}:#{requirement(need.requirement)}" }.join(",")
  ruby = gem.required_ruby_version == Gem::Requirement.default ? "" : ",ruby:#{requirement(gem.required_ruby_version)}"
  "#{version} #{needs}|checksum:#{Digest::SHA256.file(file).hexdigest}#{ruby}"
end

lines = Hash.new { |all, name| all[name] = {} }
specs = []
Gem::Specification.reject(&:default_gem?).sort_by(&:full_name).each do |spec|
  next unless File.directory?(spec.full_gem_path)

  Dir.mktmpdir do |folder|
    gem = prepared(spec, folder)
    begin
      built = Dir.chdir(folder) { Gem::Package.build(gem, true) }
    rescue StandardError => error
      warn "#{gem.name} is left out: #{error.message.lines.first}"
      next
    end
    file = "#{OUT}/gems/#{built}"
    FileUtils.mv("#{folder}/#{built}", file)
    version = gem.platform.to_s == "ruby" ? gem.version.to_s : "#{gem.version}-#{gem.platform}"
    lines[gem.name][version] = index_line(gem, version, file)
    specs << [gem.name, gem.version, gem.platform.to_s]
    packed = Gem::Package.new(file).spec
    File.binwrite("#{OUT}/quick/Marshal.4.8/#{packed.full_name}.gemspec.rz", Zlib::Deflate.deflate(Marshal.dump(packed)))
  end
end

lines.each { |name, versions| File.write("#{OUT}/info/#{name}", "---\n#{versions.values.join("\n")}\n") }
File.write("#{OUT}/names", "---\n#{lines.keys.sort.join("\n")}\n")
listed = lines.sort.map { |name, versions| "#{name} #{versions.keys.join(",")} #{Digest::MD5.file("#{OUT}/info/#{name}").hexdigest}\n" }
File.write("#{OUT}/versions", "created_at: 2025-01-01T00:00:00Z\n---\n#{listed.join}")
{ "specs" => specs, "latest_specs" => specs, "prerelease_specs" => [] }.each do |name, list|
  File.binwrite("#{OUT}/#{name}.4.8", Marshal.dump(list))
  Zlib::GzipWriter.open("#{OUT}/#{name}.4.8.gz") { |zip| zip.write(Marshal.dump(list)) }
end
puts "#{specs.size} gems"
