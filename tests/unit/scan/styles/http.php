<?php
use GuzzleHttp\Client;

define('WEBHOOK', getenv('B24_HOOK'));

function lead($fields)
{
    $queryUrl = 'https://acme.bitrix24.com/rest/1/abc123def456ghij/crm.lead.add.json'; //! secret - +hard-coded-secret
    $curl = curl_init();
    curl_setopt_array($curl, array(
        CURLOPT_SSL_VERIFYPEER => false,
        CURLOPT_URL => $queryUrl,
    ));
    $result = curl_exec($curl); //! http.rest crm.lead.add +ssl-verify-off -dynamic-method
    return $result;
}
function init_url($id)
{
    $ch = curl_init(WEBHOOK . 'crm.deal.get?id=' . $id);
    $r = curl_exec($ch); //! http.rest crm.deal.get -ssl-verify-off
    return json_decode($r, true);
}
function elsewhere()
{
    $ch = curl_init('https://api.example.com/rest/items');
    return curl_exec($ch);
}
class Api
{
    private $webhook = 'https://acme.bitrix24.com/rest/1/your_token/';

    public function call($method, $data = [])
    {
        $http = new Client();
        return $http->post($this->webhook . $method, ['json' => $data]); //! http.rest - +dynamic-method +wrapper
    }
    public function user($id)
    {
        return $this->call('user.get', ['ID' => $id]); //! wrapper.call user.get
    }
    public function send($url, $data)
    {
        $ch = curl_init($url);
        curl_setopt($ch, CURLOPT_POSTFIELDS, $data);
        return curl_exec($ch); //! http.rest - +dynamic-method
    }
    public function deal($id)
    {
        return $this->send($this->webhook . 'crm.deal.get', ['id' => $id]); //! wrapper.call crm.deal.get -dynamic-method
    }
}
$one = file_get_contents("https://{$_REQUEST['DOMAIN']}/rest/user.current.json?auth={$_REQUEST['AUTH_ID']}"); //! http.rest user.current
$two = Http::withHeaders([])->timeout(5)->post(config('services.bitrix.webhook') . 'crm.deal.add', []); //! http.rest crm.deal.add
$three = file_get_contents(__DIR__ . '/rest/readme.txt');
$four = Http::get('https://weather.example.com/rest/v1/today');
