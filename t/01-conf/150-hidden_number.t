# hidden_number in a whatsauth_app

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth::Conf;

my $able = "meta app_secret=$A access_token=access;";
my $unable = "meta app_secret=$A;";

accepted('hidden_number - fail', app_with($unable, 'hidden_number fail;'));
accepted('hidden_number - fail, though there is an access_token',
         app_with($able, 'hidden_number fail;'));
accepted('hidden_number - request', app_with($able, 'hidden_number request;'));
accepted('hidden_number - request, before the access_token',
         app_with('hidden_number request;', $able));
accepted('hidden_number - request, with an access_token for one of two',
         app_with("meta app_secret=$A phone_number_id=1;",
                  "meta app_secret=$A phone_number_id=2 access_token=a;",
                  'hidden_number request;'));

refused('hidden_number - request without an access_token',
        app_with($unable, 'hidden_number request;')
            =~ s/ # here\n}/\n} # here/r,
        '"hidden_number request" without an "access_token" of "meta" in'
        . ' whatsauth_app "demo"');
refused('hidden_number - another word',
        app_with($able, 'hidden_number allow;'),
        'invalid value "allow" in "hidden_number" directive, it must be'
        . ' "request" or "fail"');
refused('hidden_number - empty', app_with($able, 'hidden_number "";'),
        'invalid value "" in "hidden_number" directive, it must be'
        . ' "request" or "fail"');
refused('hidden_number - without a word', app_with($able, 'hidden_number;'),
        'invalid number of arguments in "hidden_number" directive');
refused('hidden_number - two words',
        app_with($able, 'hidden_number fail fail;'),
        'invalid number of arguments in "hidden_number" directive');
refused('hidden_number - twice',
        app_with($able, 'hidden_number fail;', 'hidden_number fail;'),
        '"hidden_number" directive is duplicate');

done_testing;
