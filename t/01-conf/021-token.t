# token: the secret by which a site names its app.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

sub two_apps {
    my ($first, $second) = @_;

    return app_with($first) =~ s/ # here//r
           . app_with($second) =~ s/ # here//r
             =~ s/^whatsauth_app demo/whatsauth_app other/r
             =~ s/\}\n\z/} # here\n/r;
}

accepted('token - repeated, to rotate', app_with("token $A;", "token $B;"));

refused('token - no argument', app_with('token;'),
        'invalid number of arguments in "token" directive');
refused('token - two arguments', app_with('token a b;'),
        'invalid number of arguments in "token" directive');
refused('token - the same in two apps', two_apps("token $A;", "token $A;"),
        'whatsauth_app "other" has the same token as whatsauth_app "demo"');
refused('token - a rotated one is the other app\'s',
        two_apps("token $A;\ntoken $B;", "token $C;\ntoken $B;"),
        'whatsauth_app "other" has the same token as whatsauth_app "demo"');
accepted('token - a token is told from its prefix',
         two_apps("token $A-b;", "token $A;") =~ s/ # here//r);

my $file = conf_file('new.token', "second-token\n");
my $nginx = start_nginx(app => "token file:$file;");

is $nginx->issue->{status}, 200, 'token - the old one while rotating';
is $nginx->issue(token => 'second-token')->{status}, 200,
    'token - the new one while rotating, from a file';
is $nginx->issue(token => 'third-token')->{status}, 401, 'token - no third';

$nginx->stop;
done_testing;
