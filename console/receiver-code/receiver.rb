# Takes batches of events from Tidepost. Needs Ruby 3.0 or later, and WEBrick (gem install webrick):
#   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… ruby receiver.rb
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
# #if token
TOKEN = ENV.fetch('WEBHOOK_TOKEN')
# #endif
# #if signed
SECRET = ENV.fetch('WEBHOOK_SECRET')
# #endif

# Your work on a batch. It runs after the answer.
def process(batch_id, events)
  puts "#{batch_id}: #{events.length} events"
end

# Stores a batch, or tells that it is there already. A batch may come again for four hours: keep files longer.
def store(batch_id, text)
  part = "inbox/#{SecureRandom.uuid}.part"
  File.open(part, 'wb') do |file|
    file.write(text)
    file.fsync
  end
  File.link(part, "inbox/#{batch_id}.json")
  true
rescue Errno::EEXIST
  false
ensure
  File.delete(part)
end

# #if token or signed
# Compares in a time that does not tell how much was right.
def same?(one, other)
  OpenSSL.secure_compare(one, other)
end

# #endif
# #if signed
# Verifies a signature of Standard Webhooks over the bytes as they arrived.
def signed?(request, raw)
  timestamp = request['webhook-timestamp'].to_s
  return false unless timestamp.match?(/\A\d{1,12}\z/) && (Time.now.to_i - timestamp.to_i).abs <= 300

  key = SECRET.delete_prefix('whsec_').unpack1('m')
  digest = OpenSSL::HMAC.digest('SHA256', key, "#{request['webhook-id']}.#{timestamp}.".b + raw)
  expected = "v1,#{[digest].pack('m0')}"
  request['webhook-signature'].to_s.split.any? { |signature| same?(expected, signature) }
end

# #endif
# #if compressed
# Returns nil for what is not gzip, or too large.
def inflate(raw, encoding)
  return raw unless encoding == 'gzip'

  text = Zlib::GzipReader.new(StringIO.new(raw)).read(MAX_BYTES + 1)
  text if text && text.bytesize <= MAX_BYTES
rescue Zlib::Error
  nil
end

# #endif
# Returns nil for what is not a batch.
def events_of(text)
  JSON.parse(text).reject { |element| element.fetch('msys').empty? }
rescue JSON::ParserError, KeyError, NoMethodError, TypeError
  nil
end

def receive(request)
  return [404, 'not found'] if request.request_method != 'POST' || request.unparsed_uri.split('?').first != PATH
  # #if token
  return [401, 'wrong token'] unless same?(TOKEN, request['x-messagesystems-webhook-token'].to_s)
  # #endif

  raw = (request.body || '').b
  return [413, 'too large'] if raw.bytesize > MAX_BYTES

  # #if compressed
  text = inflate(raw, request['content-encoding'])
  # #else text = raw
  # #endif
  events = events_of(text)
  return [400, 'not a batch'] if events.nil?
  return [200, 'ping'] if events.empty? # the test POST of a new webhook
  # #if signed
  return [401, 'wrong signature'] unless signed?(request, raw)
  # #endif

  # #if signed
  batch_id = request['webhook-id'].to_s
  # #else batch_id = request['x-messagesystems-batch-id'].to_s
  # #endif
  return [400, 'no batch id'] unless batch_id.match?(/\A[\w-]{1,64}\z/)
  return [200, 'duplicate'] unless store(batch_id, text)

  JOBS << [batch_id, events]
  [200, 'stored']
end

$stdout.sync = true
FileUtils.mkdir_p('inbox')
JOBS = Queue.new
Thread.new do
  loop do
    process(*JOBS.pop)
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
