<?php
// Takes batches of events from Tidepost. Needs PHP 8.1 or later:
//   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… php receiver.php
// It runs PHP's own web server, and works on batches meanwhile. Where another web server runs this file, such as PHP-FPM,
// start "php receiver.php work" as well, once.
// A batch is in inbox/ before the answer, and moves to done/ once it is processed, or to failed/ after the last attempt.
// It may come again for 28 hours, four more than the stream keeps events by default: keep the files for longer.
declare(strict_types=1);

const PATH = '/path-of-target';
const MAX_BYTES = 16 * 1024 * 1024;
/** Pauses, in seconds, before a batch that failed is tried again. */
const PAUSES = [10, 60, 600, 3600];

/** Your work on a batch. It runs after the answer; when it throws, or the program ends, it runs again. */
function process(string $batchId, array $events): void
{
    error_log($batchId . ': ' . count($events) . ' events');
}

function isFinished(string $batchId): bool
{
    return is_file("done/$batchId.json") || is_file("failed/$batchId.json");
}

/** Stores a batch, or tells that it is there already. */
function store(string $batchId, string $json): bool
{
    $part = 'inbox/' . bin2hex(random_bytes(16)) . '.part';
    $file = fopen($part, 'xb');
    if (fwrite($file, $json) !== strlen($json) || !fsync($file)) {
        throw new RuntimeException('The batch could not be stored');
    }
    $isNew = @link($part, "inbox/$batchId.json");
    fsync($file); // the new name, too
    fclose($file);
    unlink($part);
    if (!$isNew && !is_file("inbox/$batchId.json") && !isFinished($batchId)) {
        throw new RuntimeException('The batch could not be stored');
    }
    return $isNew;
}

/** Works on what is stored, also on what an earlier run has left, for as long as the web server runs. */
function workOn(callable $isRunning): void
{
    $failures = [];
    $dueAt = [];
    for (; $isRunning(); usleep(100_000)) {
        clearstatcache();
        foreach (glob('inbox/*.json') as $file) {
            $batchId = basename($file, '.json');
            if (time() < ($dueAt[$batchId] ?? 0)) {
                continue;
            }
            try {
                if (isFinished($batchId)) { // a duplicate that came while the batch moved
                    unlink($file);
                    continue;
                }
                $elements = readList(file_get_contents($file), $batchId);
                process($batchId, array_values(array_filter($elements, fn ($element) => !empty($element['msys']))));
                move($file, 'done');
            } catch (Throwable $error) {
                error_log("$batchId failed: $error");
                $pause = PAUSES[$failures[$batchId] ?? 0] ?? null;
                $failures[$batchId] = ($failures[$batchId] ?? 0) + 1;
                $dueAt[$batchId] = time() + (int) $pause;
                if ($pause !== null) {
                    continue;
                }
                move($file, 'failed');
            }
            unset($failures[$batchId], $dueAt[$batchId]);
        }
    }
}

function move(string $file, string $folder): void
{
    rename($file, $folder . '/' . basename($file)) || throw new RuntimeException("$file could not be moved");
}

/** Reads a list. What PHP cannot read of it, such as half an emoji, is left out and holds up nothing else. */
function readList(string $json, string $batchId): array
{
    $list = json_decode($json, true);
    if (is_array($list)) {
        return $list;
    }
    $list = [];
    foreach (split($json) as $number => $element) {
        $read = json_decode($element, true);
        if (is_array($read)) {
            $list[] = $read;
        } else {
            error_log("$batchId: element $number is left out: " . json_last_error_msg());
        }
    }
    return $list !== [] ? $list : throw new RuntimeException('There is no event that can be read');
}

/** The elements of a list, each as text. */
function split(string $json): Generator
{
    $token = '/"[^"\\\\]*+(?:\\\\.[^"\\\\]*+)*+"|[][{},]/s';
    $depth = $start = $at = 0;
    while (preg_match($token, $json, $match, PREG_OFFSET_CAPTURE, $at) === 1) {
        [$text, $offset] = $match[0];
        $at = $offset + strlen($text);
        if ($text === '[' || $text === '{') {
            $depth++;
            $start = $start ?: $at;
        } elseif ($text === ']' || $text === '}') {
            $depth--;
        }
        if (($text === ',' && $depth === 1) || $depth === 0) {
            yield substr($json, $start, $offset - $start);
            $start = $at;
        }
    }
}

/** A request header; empty when it is missing. */
function headerOf(string $name): string
{
    return $_SERVER['HTTP_' . strtoupper(strtr($name, '-', '_'))] ?? '';
}

// #if token or signed
/** The text of a variable, and the old one of NAME_OLD while it is being replaced. An empty one would let in everyone. */
function secretsOf(string $name): array
{
    $secrets = [trim((string) getenv($name))];
    if (getenv("{$name}_OLD") !== false) {
        $secrets[] = trim(getenv("{$name}_OLD"));
    }
    return !in_array('', $secrets, true) ? $secrets : throw new RuntimeException("$name or {$name}_OLD is not set or empty");
}

// #endif
// #if token
/** Compares in a time that does not tell how much of a token was right. */
function isToken(string $sent): bool
{
    return array_filter(secretsOf('WEBHOOK_TOKEN'), fn ($token) => hash_equals($token, $sent)) !== [];
}

// #endif
// #if signed
function keyOf(string $secret): string
{
    $key = base64_decode(substr($secret, 6), true);
    return $key && str_starts_with($secret, 'whsec_') && base64_encode($key) === substr($secret, 6)
        ? $key
        : throw new RuntimeException('WEBHOOK_SECRET is not whsec_ and base64');
}

/** Verifies a signature of Standard Webhooks over the JSON before compression. */
function isSigned(string $plain): bool
{
    $timestamp = headerOf('webhook-timestamp');
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $signed = headerOf('webhook-id') . '.' . $timestamp . '.' . $plain;
    foreach (array_map('keyOf', secretsOf('WEBHOOK_SECRET')) as $key) {
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
        foreach (explode(' ', headerOf('webhook-signature')) as $signature) {
            if (hash_equals($expected, $signature)) {
                return true;
            }
        }
    }
    return false;
}

// #endif
/** @return array{int, string} the status and the text of the answer */
function receive(): array
{
    if ($_SERVER['REQUEST_METHOD'] !== 'POST' || explode('?', $_SERVER['REQUEST_URI'])[0] !== PATH) {
        return [404, 'not found'];
    }
    // #if token
    if (!isToken(headerOf('x-messagesystems-webhook-token'))) {
        return [401, 'wrong token'];
    }
    // #endif
    if ((int) ($_SERVER['CONTENT_LENGTH'] ?? 0) > MAX_BYTES) {
        return [413, 'too large'];
    }
    $raw = file_get_contents('php://input', false, null, 0, MAX_BYTES);
    // #if compressed
    $plain = headerOf('content-encoding') === 'gzip' ? (string) @gzdecode($raw, MAX_BYTES) : $raw;
    // #else $plain = $raw;
    // #endif
    $json = trim($plain);
    if (!str_starts_with($json, '[') || !str_ends_with($json, ']')) {
        return [400, 'not a batch'];
    }
    if (strlen($json) < 1024 && preg_match('/^\[(\{"msys":\{\}\},?)*\]$/D', preg_replace('/\s/', '', $json)) === 1) {
        return [200, 'ping']; // the test POST of a new webhook
    }
    // #if signed
    if (!isSigned($plain)) {
        return [401, 'wrong signature'];
    }
    $batchId = headerOf('webhook-id');
    // #else $batchId = headerOf('x-messagesystems-batch-id');
    // #endif
    if (preg_match('/^[\w-]{1,64}$/D', $batchId) !== 1) {
        return [400, 'no batch id'];
    }
    return [200, !isFinished($batchId) && store($batchId, $json) ? 'stored' : 'duplicate'];
}

/** Checks the settings, starts the web server unless there is another one, and works on batches. */
function main(bool $hasServer): void
{
    // #if token
    secretsOf('WEBHOOK_TOKEN');
    // #endif
    // #if signed
    array_map('keyOf', secretsOf('WEBHOOK_SECRET'));
    // #endif
    ini_set('memory_limit', '512M');
    foreach (['inbox', 'done', 'failed'] as $folder) {
        @mkdir($folder);
    }
    if ($hasServer) {
        workOn(fn () => true);
    }
    $address = '0.0.0.0:' . (getenv('PORT') ?: '8080');
    $limits = ['-d', 'post_max_size=16M', '-d', 'memory_limit=512M'];
    $server = proc_open([PHP_BINARY, ...$limits, '-S', $address, __FILE__], [], $pipes);
    register_shutdown_function(fn () => proc_terminate($server));
    if (function_exists('pcntl_async_signals')) {
        pcntl_async_signals(true);
        pcntl_signal(SIGTERM, fn () => exit(0));
    }
    workOn(fn () => proc_get_status($server)['running']);
    exit(1);
}

chdir(__DIR__);
if (PHP_SAPI === 'cli') {
    try {
        main(($argv[1] ?? '') === 'work');
    } catch (RuntimeException $error) {
        fwrite(STDERR, $error->getMessage() . "\n");
        exit(1);
    }
}
try {
    [$status, $text] = receive();
} catch (Throwable $error) {
    error_log((string) $error);
    [$status, $text] = [500, 'failed'];
}
http_response_code($status);
header('Content-Type: text/plain');
header('Content-Length: ' . strlen($text));
echo $text;
