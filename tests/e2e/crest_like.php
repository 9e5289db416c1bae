<?php
// Stands in for crest.php where the original is not at hand: two of its functions, over a webhook, with curl.
class CRest
{
    public static function call($method, $params = [])
    {
        $curl = curl_init(C_REST_WEB_HOOK_URL . $method . '.json');
        curl_setopt_array($curl, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_POST => true,
            CURLOPT_POSTFIELDS => http_build_query($params),
        ]);
        return json_decode(curl_exec($curl), true);
    }

    public static function callBatch($calls, $halt = 0)
    {
        $commands = [];
        foreach ($calls as $name => $call) {
            $commands[$name] = $call['method'] . '?' . http_build_query($call['params'] ?? []);
        }
        return self::call('batch', ['halt' => $halt, 'cmd' => $commands]);
    }
}
