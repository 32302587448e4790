# Takes batches of events from Tidepost. Needs Ruby 3.0 or later, and WEBrick (gem install webrick):
#   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… ruby receiver.rb
# A batch is in inbox/ before the answer, and moves to done/ once it is processed, or to failed/ after the last attempt.
# It may come again for 28 hours, four more than the stream keeps events by default: keep the files for longer.
require 'fileutils'
require 'json'
# #if token or signed
require 'openssl'
# #endif
require 'securerandom'
# #if compressed
require 'stringio'
# #endif
require 'webrick'
# #if compressed
require 'zlib'
# #endif

PATH = '/path-of-target'
MAX_BYTES = 16 * 1024 * 1024
# Pauses, in seconds, before a batch that failed is tried again.
PAUSES = [10, 60, 600, 3600].freeze

# Your work on a batch. It runs after the answer; when it raises, or the program ends, it runs again.
def process(batch_id, events)
  puts "#{batch_id}: #{events.length} events"
end

def finished?(batch_id)
  File.exist?("done/#{batch_id}.json") || File.exist?("failed/#{batch_id}.json")
end

# Stores a batch, or tells that it is there already.
def store(batch_id, text)
  part = "inbox/#{SecureRandom.uuid}.part"
  File.open(part, 'wb') do |file|
    file.write(text)
    file.fsync
    File.link(part, "inbox/#{batch_id}.json")
    file.fsync # the new name, too
  end
  true
rescue Errno::EEXIST
  false
ensure
  FileUtils.rm_f(part)
end

def work(batch_id, failures)
  file = "inbox/#{batch_id}.json"
  return File.delete(file) if finished?(batch_id) # a duplicate that came while the batch moved

  elements = read_list(File.read(file, encoding: 'UTF-8').scrub, batch_id)
  process(batch_id, elements.reject { |element| element.fetch('msys').empty? })
  File.rename(file, "done/#{batch_id}.json")
rescue StandardError, ScriptError, SystemStackError => e
  warn "#{batch_id} failed: #{e.full_message}"
  return File.rename(file, "failed/#{batch_id}.json") if failures == PAUSES.length

  Thread.new do
    sleep PAUSES[failures]
    JOBS << [batch_id, failures + 1]
  end
end

# Reads a list. What Ruby cannot read of it, such as half an emoji, is left out and holds up nothing else.
def read_list(text, batch_id)
  JSON.parse(text)
rescue JSON::ParserError
  elements = split(text).each_with_index.filter_map do |element, number|
    JSON.parse(element)
  rescue JSON::ParserError => e
    warn "#{batch_id}: element #{number} is left out: #{e.class}"
  end
  elements.empty? ? raise : elements
end

# The elements of a list, each as text.
def split(text)
  elements = []
  depth = 0
  text.scan(/"(?:[^"\\]|\\.)*"|[\[\]{},]|[^"\[\]{},]+/m) do |token|
    depth -= 1 if ['}', ']'].include?(token)
    if depth == 1 && token == ','
      elements << +''
    elsif depth.positive?
      (elements.last || elements.push(+'').last) << token
    end
    depth += 1 if ['{', '['].include?(token)
  end
  elements
end

# #if token or signed
# The text of a variable, and the old one of NAME_OLD while it is being replaced. An empty one would let in everyone.
def secrets_of(name)
  names = [name, "#{name}_OLD"].select { |key| key == name || ENV.key?(key) }
  names.map do |key|
    text = ENV.fetch(key, '').strip
    text.empty? ? abort("#{key} is not set or empty") : text
  end
end

# Compares in a time that does not tell how much was right.
def same?(one, other)
  OpenSSL.secure_compare(one, other)
end

# #endif
# #if signed
def key_of(secret)
  key = secret.delete_prefix('whsec_').unpack1('m')
  is_whole = !key.empty? && secret == "whsec_#{[key].pack('m0')}"
  is_whole ? key : abort('WEBHOOK_SECRET is not whsec_ and base64')
end

# Verifies a signature of Standard Webhooks over the JSON before compression.
def signed?(request, plain)
  timestamp = request['webhook-timestamp'].to_s
  return false unless timestamp.match?(/\A\d{1,12}\z/) && (Time.now.to_i - timestamp.to_i).abs <= 300

  text = "#{request['webhook-id']}.#{timestamp}.".b + plain
  expected = KEYS.map { |key| "v1,#{[OpenSSL::HMAC.digest('SHA256', key, text)].pack('m0')}" }
  expected.product(request['webhook-signature'].to_s.split).any? { |one, other| same?(one, other) }
end

# #endif
# #if compressed
# Returns nothing for what is not gzip, or too large.
def inflate(raw, encoding)
  return raw unless encoding == 'gzip'

  text = Zlib::GzipReader.new(StringIO.new(raw)).read(MAX_BYTES + 1)
  text.bytesize > MAX_BYTES ? '' : text
rescue Zlib::Error
  ''
end

# #endif
def receive(request)
  return [404, 'not found'] if request.request_method != 'POST' || request.unparsed_uri.split('?').first != PATH
  # #if token
  sent = request['x-messagesystems-webhook-token'].to_s
  return [401, 'wrong token'] if TOKENS.select { |token| same?(token, sent) }.empty?
  # #endif

  raw = (request.body || '').b
  return [413, 'too large'] if raw.bytesize > MAX_BYTES

  # #if compressed
  plain = inflate(raw, request['content-encoding']).b
  # #else plain = raw
  # #endif
  text = plain.strip
  return [400, 'not a batch'] unless text.start_with?('[') && text.end_with?(']')

  # The test POST of a new webhook.
  is_ping = text.bytesize < 1024 && text.gsub(/\s/, '').match?(/\A\[(\{"msys":\{\}\},?)*\]\z/)
  return [200, 'ping'] if is_ping
  # #if signed
  return [401, 'wrong signature'] unless signed?(request, plain)
  # #endif

  # #if signed
  batch_id = request['webhook-id'].to_s
  # #else batch_id = request['x-messagesystems-batch-id'].to_s
  # #endif
  return [400, 'no batch id'] unless batch_id.match?(/\A[\w-]{1,64}\z/)
  return [200, 'duplicate'] if finished?(batch_id) || !store(batch_id, text)

  JOBS << [batch_id, 0]
  [200, 'stored']
end

$stdout.sync = true
# #if token
TOKENS = secrets_of('WEBHOOK_TOKEN')
# #endif
# #if signed
KEYS = secrets_of('WEBHOOK_SECRET').map { |secret| key_of(secret) }
# #endif
FileUtils.mkdir_p(%w[inbox done failed])
JOBS = Queue.new
Dir['inbox/*.json'].each { |file| JOBS << [File.basename(file, '.json'), 0] } # what an earlier run has left
Thread.new do
  loop do
    work(*JOBS.pop)
  rescue StandardError => e
    warn e.full_message
  end
end
server = WEBrick::HTTPServer.new(Port: ENV.fetch('PORT', '8080').to_i, AccessLog: [])
server.mount_proc('/') do |request, response|
  response.status, response.body = receive(request)
end
%w[INT TERM].each { |name| trap(name) { server.shutdown } }
server.start
