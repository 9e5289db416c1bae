<?php
namespace App;

use Vendor\Sdk\CRest as Rest;
use App\Own\CRest2;

const LEAD = 'crm.lead.get';

class Store extends \CRest //! crest.subclass +settings-override
{
    public static function getSettingData() { return []; }

    public static function me()
    {
        return parent::call('user.current'); //! crest.call user.current -no-error-check
    }
}

class Deeper extends Store {} //! crest.subclass -settings-override

class Other
{
    public static function call($x) { return $x; }

    public function run()
    {
        return self::call('crm.deal.get');
    }
}

$a = Rest::call('app.info'); //! crest.call app.info
$b = Store::CallBatch(['x' => ['method' => 'profile']]); //! crest.callBatch - +batch-literal
$c = Deeper::call(LEAD, ['id' => 1]); //! crest.call - +dynamic-method =crm.lead.get
$d = Other::call('crm.deal.get');
$e = CRest2::call('crm.deal.get');
$f = (new \CRest())->call('event.get'); //! crest.call event.get
$class = \CRest::class;
$g = $class::call('scope'); //! crest.call scope
$h = \CRest::call('crm.deal' . '.get', ['id' => 1]); //! crest.call - +dynamic-method =crm.deal.get
$i = CRest::call($_POST['method']); //! crest.call - +dynamic-method +open-proxy
$j = CRest::call($isNew ? 'crm.deal.add' : 'crm.deal.update', $fields); //! crest.call - +dynamic-method -open-proxy
$k = CRest::call( //! crest.call user.get
    // the method comes on the next line
    'user.get',
    ['ID' => 1]
);
$l = CRest::$log;
$m = CRest::VERSION;
echo "CRest::call('user.get')", 'CRest::callBatch([])';
