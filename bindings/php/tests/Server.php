<?php

declare(strict_types=1);

/** PHP's own server with this script as its page, for as long as the object lives. */
final class Server
{
    /** @var resource */
    private $process;
    /** @var resource */
    private $pipe;
    private readonly string $file;
    private readonly string $address;
    public string $log = '';

    public function __construct(string $script)
    {
        $this->file = (string) tempnam(sys_get_temp_dir(), 'stauth');
        file_put_contents($this->file, "<?php require '" . __DIR__ . "/../autoload.php'; $script");
        $command = [PHP_BINARY, '-d', 'display_errors=0', '-d', 'log_errors=1', '-S', '127.0.0.1:0', $this->file];
        $this->process = proc_open($command, [2 => ['pipe', 'w']], $pipes);
        $this->pipe = $pipes[2];
        while (!preg_match('~\(http://(\S+)\) started~', $this->log, $found)) {
            $line = fgets($this->pipe);
            $this->log .= $line !== false ? $line : throw new Exception("no server: $this->log");
        }
        stream_set_blocking($this->pipe, false);
        $this->address = $found[1];
    }

    /**
     * @param array<string, string> $headers
     * @return array{int, array<string, list<string>>, string}
     */
    public function visit(string $target, array $headers = [], string $method = 'GET', string $content = ''): array
    {
        $headers += ['Host' => 'localhost:8501', 'Sec-Fetch-Site' => 'same-origin', 'Accept' => 'text/html'];
        $lines = array_map(static fn (string $name): string => "$name: $headers[$name]", array_keys($headers));
        $options = ['method' => $method, 'header' => $lines, 'content' => $content, 'ignore_errors' => true,
            'follow_location' => 0];
        $body = (string) file_get_contents("http://$this->address$target", false, stream_context_create(['http' => $options]));
        $found = [];
        foreach (array_slice($http_response_header, 1) as $line) {
            [$name, $value] = explode(':', $line, 2);
            $found[strtolower($name)][] = trim($value);
        }
        $this->log .= stream_get_contents($this->pipe);
        return [(int) explode(' ', $http_response_header[0])[1], $found, $body];
    }

    /** Resident KiB. */
    public function memory(): int
    {
        $pid = proc_get_status($this->process)['pid'];
        return 4 * (int) explode(' ', (string) file_get_contents("/proc/$pid/statm"))[1];
    }

    public function __destruct()
    {
        proc_terminate($this->process);
        proc_close($this->process);
        unlink($this->file);
    }
}
